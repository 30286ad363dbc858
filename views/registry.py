"""登记处：全部视图，按登记的次序；头一个是首页."""

from __future__ import annotations

from views.cases import VIEWS as CASE_VIEWS
from views.config_bodies import BodyView
from views.config_calendar import CalendarDayView, RuleSetView
from views.config_grids import GridView, VillageView
from views.config_holdings import HoldingView
from views.config_home import ConfigHomeView
from views.config_intake import CategoryView, ChannelView
from views.config_members import BodyMemberView
from views.config_orgs import OrgView
from views.config_people import PersonView
from views.config_platforms import PlatformView
from views.config_posts import GridMemberView, PostView
from views.health import HealthView
from views.home import HomeView
from views.meetings import MeetingView
from views.search import SearchView

VIEWS = (
    HomeView,
    HealthView,
    ConfigHomeView,
    OrgView,
    VillageView,
    GridView,
    PlatformView,
    BodyView,
    BodyMemberView,
    PostView,
    PersonView,
    HoldingView,
    GridMemberView,
    ChannelView,
    CategoryView,
    CalendarDayView,
    RuleSetView,
    *CASE_VIEWS,
    MeetingView,
    SearchView,
)
"""登录、口令、账号、角色的视图由 views.security 登记。"""
